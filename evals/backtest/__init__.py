"""Back-tests on data not seen: the sample's last campaigns (`suite.run_backtest`) and CDNOW's
customers (`cdnow_suite.run_cdnow`), each beside its peers in the same run."""

"""The columnar copy of the register that rules run over: Parquet parts and a manifest swapped atomically, following the feed."""

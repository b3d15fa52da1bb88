"""The comparison of Joule with other systems; see `Benchmarks/compare`."""

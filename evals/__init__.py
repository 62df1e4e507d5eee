"""Measurements that take too long for `make test`, or need data that is not in the repository."""

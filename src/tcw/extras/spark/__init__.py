"""Parts of the people spread over a Spark cluster: the same kernels as on one machine, one task a part."""

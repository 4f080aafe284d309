module k8s-hooks/cluster/images/static

go 1.25

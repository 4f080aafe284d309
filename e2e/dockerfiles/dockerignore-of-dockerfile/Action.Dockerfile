FROM busybox:1.35
COPY . /all/
CMD cd /all && find . -type f | sort

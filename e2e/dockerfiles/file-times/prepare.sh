touch -d 2024-05-06T07:08:09Z a

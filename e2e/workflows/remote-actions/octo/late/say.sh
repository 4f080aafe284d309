echo 'said by a script of late'

yes 'more than one message, more than one block' | head -c 50000001 > big

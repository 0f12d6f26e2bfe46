WORD = "word 0"

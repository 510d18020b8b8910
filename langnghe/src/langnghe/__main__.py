from langnghe.cli import main

main()

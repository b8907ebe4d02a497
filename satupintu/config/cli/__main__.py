from satupintu.config.cli import main

if __name__ == "__main__":  # also imported by the web server's worker processes
    main()

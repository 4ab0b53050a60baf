# The sums of a folder, as root or as its owner.
find . -name __pycache__ -prune -o -type f -exec sha256sum {} + | LC_ALL=C sort -k 2

# Prints the version of the Python that runs it: 3.11.
import sys

print("%d.%d" % sys.version_info[:2])

# kernel_settings NAME...: prints each that the kernel has, NAME:VALUE. The kernel gives one in
# a single read, and read of a shell takes a byte at a time.
kernel_settings() (cd /proc/sys && grep -sH '' -- "$@")

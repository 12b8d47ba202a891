"""What tcw is compared with: programs by hand, each run as a process of its own."""

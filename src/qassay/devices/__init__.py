"""What a device is and what it says of itself, and every way to reach one."""

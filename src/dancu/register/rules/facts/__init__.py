"""What any rule may ask of a day, a name, a place or a family: pure, total, and the same for a command and a loaded record."""

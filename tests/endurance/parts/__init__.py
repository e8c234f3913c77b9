"""The parts of the run: each breaks something while visitors write, and says what it did."""

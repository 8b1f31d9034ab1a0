"""What is new for a side: strong matches, calls and projects. The worker tells each once."""

"""Records of one person that stand twice: pairs worth a look, weighed by the project's own match policy."""

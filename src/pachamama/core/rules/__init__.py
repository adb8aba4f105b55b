"""The rules file: read strictly, checked before any mark exists, shown with every default filled in."""

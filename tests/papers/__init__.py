"""Tests of the room `papers`: every paper is typeset for real and read back."""

"""Tests of the room `store`, on real files."""

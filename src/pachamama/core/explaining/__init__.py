"""One room for each step of an explanation: marks and points, place, promotion, money."""

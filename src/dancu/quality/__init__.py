"""Đúng, đủ, sạch, sống: declared rules over a copy of the register, the four measures, and the cases that lead to the owner of a fault."""

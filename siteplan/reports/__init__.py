"""A result for people who have no map open: a workbook that goes on computing, and a passport per plot."""

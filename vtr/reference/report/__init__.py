"""The report: its values, Amazon's layouts, summaries, and how it is shown."""

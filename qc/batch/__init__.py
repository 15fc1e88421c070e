"""A night's recordings: which files are to be heard (`files`), who hears them (`workers`, `listening`), an account of
every one (`runner`, `report`), and judging again what is stored (`judging`).

Nothing is imported here, so that worker processes start fast.
"""

"""A night's recordings: which files are to be heard (`files`), who hears them (`workers`, `listening`), an account of
every one (`runner`, `report`), judging again what is stored (`judging`), and who people say is on which channel
(`channels`).

Nothing is imported here, so that worker processes start fast.
"""

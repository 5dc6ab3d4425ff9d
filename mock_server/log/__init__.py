"""What lasts of accounts: a log of all that changed, and bringing an account to where its log ends."""

"""The pages of consultations: of everybody, of whoever holds the code, of officers, the year."""

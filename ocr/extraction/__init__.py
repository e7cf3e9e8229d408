"""Read pages → papers → fields; doubtful fields are read again."""

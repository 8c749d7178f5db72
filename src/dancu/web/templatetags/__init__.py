"""What templates call: words in the reader's language, dates and numbers as they are written there."""

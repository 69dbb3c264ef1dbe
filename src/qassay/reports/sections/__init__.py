"""What each section of the datasheet says: plain records that its template prints."""

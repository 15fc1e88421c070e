"""One migration a file, numbered from 0001; never changed once released."""

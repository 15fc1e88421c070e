"""What the program is made of: installed packages and models, their licences, and a bill of materials."""

"""How the accounts came to their form, step by step."""

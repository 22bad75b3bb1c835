"""How the store's schema came to be; `open_store` brings any older store up to date."""

"""Survey files: data in and out, designs, requests and answers, and the commands that use them."""

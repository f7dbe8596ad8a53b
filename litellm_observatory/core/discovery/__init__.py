"""What a gateway is and has, asked before anything is measured."""

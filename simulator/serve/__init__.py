"""What `vtr serve` needs beside the server: the demo session, curl examples, certificates, set-up of clients."""

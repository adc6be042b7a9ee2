"""The simulation: parcels, clock, faults and journal behind one function from request to answer; and its sessions."""

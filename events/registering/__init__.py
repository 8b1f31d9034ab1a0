"""Registering for events: who may, who gets a place, who waits for one."""

"""The rules of a profile: values, reader, files with `extends`, conditions in SQL and the columns they may use."""

"""The sheets of the workbook, one function a sheet."""

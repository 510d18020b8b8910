"""From a plain `ReportDocument` to DOCX, PDF, HTML and XLSX: no database, no clock; the same document gives the same bytes."""

"""The realisasi workbook: out as a template to fill in, and back in, all or nothing.

``columns`` what stands in it, ``template`` writing it, ``xlsx_child`` and ``reading`` its cells,
``importing`` what they change.
"""

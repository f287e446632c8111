"""The chapters of the order: a module a chapter, or a part of one, a function a paragraph."""

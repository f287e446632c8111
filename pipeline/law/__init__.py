"""Order № 218 as code: a module a chapter, a function a paragraph."""

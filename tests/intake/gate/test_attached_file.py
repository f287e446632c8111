"""Files inside of a PDF: honest names and data pass; what hides itself, or what a program would run, does not."""

import pytest

from pipeline.intake.gate.attached_file import kind_of_content, kind_of_name

HONEST_NAMES = {
    "қол.cms": "cms", "құжат.docx.cms": "cms", "Ärzte.P7S": "cms", "a": "", "exe.pdf": "pdf",
    "Хаттама №5 12.03.2026.pdf": "pdf", "А.Б. Сериков.pdf": "pdf", "«Іс» – (1)_[2].pdf": "pdf",
    "Õàòòàìà ¹5.pdf": "pdf", "Хаттама\u00a0№5….pdf": "pdf", "и\u0306.pdf": "pdf", "мвд.gov.kz.kk.pdf": "pdf",
    "O'Brien & Co, 100%.xml": "xml",
}  # fmt: skip

HIDING_NAMES = [
    "a\uff0eexe", "a\u2024exe", "a\u2025exe", "a\u3002exe", "a\uff61exe", "a\ufe52exe", "a\ua4f8exe", "a\u06d4exe",
    "a\u0701exe", "a\u00b7exe", "a.\uff50\uff44\uff46", "a\u202eexe.pdf", "\u2067a.pdf", "a\u200b.pdf",
    "a\u00adb.pdf", "a\u2063.pdf", "a\ufe0f.pdf", "a\u115f.pdf", "a\x00.pdf", "a\ufffd.pdf", "a\u2215b.pdf",
    "a\uff0fb.pdf", "a.exe:.pdf", "a.exe\uff1a.pdf", "../a.pdf", "a\\b.pdf", "a?.pdf", "a.pdf.", "a.pdf ",
    "a.pdf\u00a0", "a.pdf\u3000", "a.pdf\u2003", "a.exe.pdf", "a.exe .pdf", "a.hta.xml", "a.JS.cms", "a.pdf.exe",
    "a.рdf", "a.hta", "a.fodt",
]  # fmt: skip

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

HONEST_XML = [
    "<data>ж</data>", " \n<data/>", f"{HEAD}<x><!-- a --><y xml:lang='kk'>&lt;script&gt;</y></x>",
    f"{HEAD}<object><form/><title/></object>", f"<Signature xmlns='{SIGNATURE}'><Object>x</Object></Signature>",
    (f"{HEAD}<root><n>қ</n><ds:Signature xmlns:ds='{SIGNATURE}'><ds:SignedInfo/><ds:Object Id='a'>"
    "<x:QualifyingProperties xmlns:x='http://uri.etsi.org/01903/v1.3.2#'/></ds:Object></ds:Signature></root>"),
    (f"{HEAD}<soap:Envelope xmlns:soap='{SOAP}' xmlns:wsu='{SECURITY}'><soap:Body wsu:Id='1'>"
    "<s:SendMessage xmlns:s='http://bip.bee.kz/SyncChannel/v10/Types'/></soap:Body></soap:Envelope>"),
    f"{HEAD}<i:invoice xmlns:a='abstractInvoice.esf' xmlns:i='v2.esf'/>", f"{HEAD}<x xmlns='http://portal/data'/>",
    f"{HEAD}<p:Envelope xmlns:p='urn:EEC:R:037:v1'/>", f"{HEAD}<table1/>",
]  # fmt: skip

FOREIGN = [
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
    "http://openoffice.org/2000/office", "http://openoffice.org/2004/office", "http://schemas.uof.org/cn/2003/uof",
    "http://schemas.microsoft.com/office/word/2003/wordml", "http://schemas.microsoft.com/office/2006/xmlPackage",
    "http://schemas.openxmlformats.org/package/2006/relationships", "urn:schemas-microsoft-com:office:spreadsheet",
    "http://purl.oclc.org/ooxml/wordprocessingml/main", "urn:schemas-microsoft-com:asm.v1",
    "http://schemas.microsoft.com/winfx/2006/xaml", "http://schemas.microsoft.com/developer/msbuild/2003",
    "http://ns.adobe.com/xdp/", "http://ns.adobe.com/xfdf/", "http://www.w3.org/1999/xlink",
    "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul", "http://www.w3.org/1999/XSL/Transform",
    "http://www.w3.org/2001/xml-events", "http://www.w3.org/2002/xforms", "http://www.opengis.net/kml/2.2",
    "data:,x", "clr-namespace:System", "file:///x", " http://www.w3.org/1999/xhtml", "HTTP://www.w3.org/1999/xhtml",
    "http&#58;//schemas.microsoft.com/office/word/2003/wordml",
]  # fmt: skip

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
WORD = "http://schemas.microsoft.com/office/word/2003/wordml"
PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"
LIVE_XML = [
    (f"{HEAD}<o:document xmlns:o='{OFFICE}'><o:event-listeners><e:event-listener e:macro-name='x'"
    " xmlns:e='urn:oasis:names:tc:opendocument:xmlns:script:1.0'/></o:event-listeners></o:document>"),
    (f"{HEAD}<v:wordDocument xmlns:v='{WORD}' v:macrosPresent='yes'><v:binData v:name='editdata.mso'>QQ==</v:binData>"
    "</v:wordDocument>"),
    f"{HEAD}<p:package xmlns:p='{PACKAGE}'><p:part p:name='/word/vbaProject.bin'/></p:package>",
    f"{HEAD}<hta:application xmlns:hta='x'/>", "<x><hta:application/></x>",
    "<?xml version='1.0' encoding='utf-7'?><a>+ADw-script+AD4-</a>", "<?xml version='1.1' encoding='utf-7'?><a/>",
    "<?xml  encoding='utf-7' version='1.0'?><a/>", "+ADw-script+AD4-x+ADw-/script+AD4-",
    "+/v8-<html>", f"{HEAD}<a/><?mso-application progid='Excel.Sheet'?>", f"{HEAD}<?php x?><a/>",
    "\ufeff<?xml version='1.0' encoding='utf-16'?><a/>", "<a onmouseover='x'/>", "<!-- x --><data/>",
    "<table><tr/></table>", f"{HEAD}<svg/>", f"{HEAD}<a><b></a>", f"{HEAD}<a/>x", f"\n{HEAD}<a/>",
    f"{HEAD}<a>\x1b</a>", f"{HEAD}<a>&x;</a>", f"{HEAD}<x:a/>", "-----BEGIN CMS-----\n<html>",
    "-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n<html>", "-----BEGIN CMS-----\nMIIB\n-----END PKCS7-----\n",
]  # fmt: skip


@pytest.mark.parametrize("name", HONEST_NAMES)
def test_an_honest_name(name):
    assert kind_of_name(name) == HONEST_NAMES[name]


@pytest.mark.parametrize("name", HIDING_NAMES, ids=ascii)
def test_a_name_that_hides_what_it_is(name):
    assert kind_of_name(name) is None


@pytest.mark.parametrize("text", HONEST_XML)
def test_data_and_signatures(text):
    assert kind_of_content(text.encode()) == "xml"


@pytest.mark.parametrize("vocabulary", FOREIGN)
@pytest.mark.parametrize("document", ["<a xmlns='{}'/>", "<a><b><w:c xmlns:w='{}'/></b></a>"])
def test_documents_of_other_programs(document, vocabulary):
    assert kind_of_content((HEAD + document.format(vocabulary)).encode()) == ""


@pytest.mark.parametrize("text", LIVE_XML)
def test_what_a_program_would_run_or_read_otherwise(text):
    assert kind_of_content(text.encode()) == ""


def test_writings():
    for encoding in ("utf-8", "utf8", "UTF-8", "windows-1251"):
        content = f"<?xml version='1.0' encoding='{encoding}'?><a>Сериков</a>".encode(encoding)
        assert kind_of_content(content) == "xml"
    assert kind_of_content("<?xml version='1.0'?><a>Сериков</a>".encode("cp1251")) == ""

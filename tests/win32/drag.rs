//! Files that are dragged, as another program does it: the window's drop target is called.

use std::os::windows::ffi::OsStrExt;
use std::path::Path;

use windows::Win32::Foundation::{
    DV_E_FORMATETC, E_NOTIMPL, HGLOBAL, OLE_E_ADVISENOTSUPPORTED, POINTL, S_OK,
};
use windows::Win32::System::Com::{
    FORMATETC, IAdviseSink, IDataObject, IDataObject_Impl, IEnumFORMATETC, IEnumSTATDATA,
    STGMEDIUM, STGMEDIUM_0, TYMED_HGLOBAL,
};
use windows::Win32::System::Ole::{
    CF_HDROP, DROPEFFECT_COPY, DROPEFFECT_LINK, DROPEFFECT_NONE, IDropTarget,
};
use windows::Win32::System::SystemServices::MODIFIERKEYS_FLAGS;
use windows::core::{BOOL, Error, HRESULT, Ref, Result, implement};
use windows_sys::Win32::System::Memory::{GMEM_MOVEABLE, GlobalAlloc, GlobalLock, GlobalUnlock};

/// The length of what stands before the names, and where a flag says that they have 16-bit letters.
const HEAD: usize = 20;
const WIDE: usize = 16;

/// Where the pointer is.
const AT: POINTL = POINTL { x: 200, y: 200 };

const NO_KEYS: MODIFIERKEYS_FLAGS = MODIFIERKEYS_FLAGS(0);

/// Drags over the window, and away again; whether the window would have taken it.
pub fn over(target: &IDropTarget, files: &[&Path], mut meanwhile: impl FnMut()) -> bool {
    let taken = enter(target, files, &mut meanwhile).1;
    // SAFETY: what a drag calls last.
    unsafe { target.DragLeave() }.expect("it leaves");
    meanwhile();
    taken
}

/// Drags onto the window, and lets go; whether the window has taken it.
pub fn onto(target: &IDropTarget, files: &[&Path], mut meanwhile: impl FnMut()) -> bool {
    let (data, _) = enter(target, files, &mut meanwhile);
    let mut effect = DROPEFFECT_COPY | DROPEFFECT_LINK;
    // SAFETY: a place for the answer.
    unsafe { target.Drop(&data, NO_KEYS, AT, &raw mut effect) }.expect("it is dropped");
    meanwhile();
    effect != DROPEFFECT_NONE
}

fn enter(
    target: &IDropTarget,
    files: &[&Path],
    meanwhile: &mut impl FnMut(),
) -> (IDataObject, bool) {
    let data = IDataObject::from(Files(list(files)));
    let mut taken = false;
    for turn in 0..3 {
        let mut effect = DROPEFFECT_COPY | DROPEFFECT_LINK;
        // SAFETY: a place for the answer.
        let told = unsafe {
            match turn {
                0 => target.DragEnter(&data, NO_KEYS, AT, &raw mut effect),
                _ => target.DragOver(NO_KEYS, AT, &raw mut effect),
            }
        };
        told.expect("it is asked");
        taken = effect != DROPEFFECT_NONE;
        meanwhile();
    }
    (data, taken)
}

/// The names as a drag has them: each ends with a zero, and so does the list.
fn list(files: &[&Path]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD];
    bytes[0] = HEAD as u8;
    bytes[WIDE] = 1;
    let names = files
        .iter()
        .flat_map(|file| file.as_os_str().encode_wide().chain([0]));
    bytes.extend(names.chain([0]).flat_map(u16::to_le_bytes));
    bytes
}

/// What is dragged: a list of files, or something else if there are none.
#[implement(IDataObject)]
struct Files(Vec<u8>);

impl Files {
    fn has(&self, format: *const FORMATETC) -> bool {
        // SAFETY: the window gives a format.
        let kind = unsafe { (*format).cfFormat };
        kind == CF_HDROP.0 && self.0.len() > HEAD + 2
    }
}

impl IDataObject_Impl for Files_Impl {
    fn GetData(&self, format: *const FORMATETC) -> Result<STGMEDIUM> {
        if !self.has(format) {
            return Err(Error::from_hresult(DV_E_FORMATETC));
        }
        // SAFETY: memory of the list's length, which the receiver gives back.
        let memory = unsafe {
            let memory = GlobalAlloc(GMEM_MOVEABLE, self.0.len());
            let place = GlobalLock(memory).cast::<u8>();
            assert!(!place.is_null(), "there is memory");
            std::ptr::copy_nonoverlapping(self.0.as_ptr(), place, self.0.len());
            GlobalUnlock(memory);
            memory
        };
        Ok(STGMEDIUM {
            tymed: TYMED_HGLOBAL.0 as u32,
            u: STGMEDIUM_0 {
                hGlobal: HGLOBAL(memory),
            },
            pUnkForRelease: std::mem::ManuallyDrop::new(None),
        })
    }

    fn GetDataHere(&self, _: *const FORMATETC, _: *mut STGMEDIUM) -> Result<()> {
        Err(Error::from_hresult(E_NOTIMPL))
    }

    fn QueryGetData(&self, format: *const FORMATETC) -> HRESULT {
        match self.has(format) {
            true => S_OK,
            false => DV_E_FORMATETC,
        }
    }

    fn GetCanonicalFormatEtc(&self, _: *const FORMATETC, _: *mut FORMATETC) -> HRESULT {
        E_NOTIMPL
    }

    fn SetData(&self, _: *const FORMATETC, _: *const STGMEDIUM, _: BOOL) -> Result<()> {
        Err(Error::from_hresult(E_NOTIMPL))
    }

    fn EnumFormatEtc(&self, _: u32) -> Result<IEnumFORMATETC> {
        Err(Error::from_hresult(E_NOTIMPL))
    }

    fn DAdvise(&self, _: *const FORMATETC, _: u32, _: Ref<'_, IAdviseSink>) -> Result<u32> {
        Err(Error::from_hresult(OLE_E_ADVISENOTSUPPORTED))
    }

    fn DUnadvise(&self, _: u32) -> Result<()> {
        Err(Error::from_hresult(OLE_E_ADVISENOTSUPPORTED))
    }

    fn EnumDAdvise(&self) -> Result<IEnumSTATDATA> {
        Err(Error::from_hresult(OLE_E_ADVISENOTSUPPORTED))
    }
}

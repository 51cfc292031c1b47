// All commands, by hand and in the order of the help text. A command that is not here does not exist.
import { add } from './add.ts'
import { alias, aliasList, aliasRemove, aliasShared } from './alias.ts'
import { allocate } from './allocate.ts'
import { approve, confirm, deny, pending } from './approve.ts'
import { attrAdd, attrDel, attrGet, attrSet } from './attr.ts'
import { audit, auditVerify } from './audit.ts'
import { cancel } from './cancel.ts'
import { classCreate, classDelete, classInsert, classRemove, classShow } from './class.ts'
import type { Command } from './command.ts'
import { connect, disconnect } from './connect.ts'
import { consoleCommand } from './console.ts'
import { count } from './count.ts'
import { deallocate } from './deallocate.ts'
import { deleteCommand } from './delete.ts'
import { diff } from './diff.ts'
import { doctor } from './doctor.ts'
import { driverDelete, driverList, driverShow } from './driver.ts'
import { elevation } from './elevation.ts'
import { explain } from './explain.ts'
import { exportCommand } from './export.ts'
import { find } from './find.ts'
import { freeze, freezeList, unfreeze } from './freeze.ts'
import { grant, revoke } from './grant.ts'
import { graph } from './graph.ts'
import { help } from './help.ts'
import { history } from './history.ts'
import { impact } from './impact.ts'
import { importCommand, importTemplate } from './import.ts'
import { importDevicetype } from './import-devicetype.ts'
import { info } from './info.ts'
import { insert, remove } from './insert.ts'
import { ipAllocate, ipBind, ipRelease, ipReserve, ipShow } from './ip.ts'
import { job, jobMark } from './job.ts'
import { jobs } from './jobs.ts'
import { link, linkRemove } from './link.ts'
import { locate } from './locate.ts'
import { lock, unlock } from './lock.ts'
import { networkSetvlan, networkShow } from './network.ts'
import { numberAllocate, numberRelease, numberShow } from './number.ts'
import { operators, operatorsRename } from './operators.ts'
import { plan } from './plan.ts'
import { poolCreate, poolDelete, poolInsert, poolRemove, poolShow } from './pool.ts'
import { ports } from './ports.ts'
import { powerCycle, powerOff, powerOn, powerStatus } from './power.ts'
import { protect, unprotect } from './protect.ts'
import { rebuild } from './rebuild.ts'
import { rename, swap } from './rename.ts'
import { retry } from './retry.ts'
import { reviewClose, reviewList } from './review.ts'
import { roleCreate, roleDelete, roleInsert, roleRemove, roleRequire, roleShow, roleUnrequire } from './role.ts'
import { roles } from './roles-command.ts'
import { ruleList, ruleRemove, ruleSet } from './rule.ts'
import {
  schedule,
  scheduleList,
  schedulePause,
  scheduleRemove,
  scheduleResume,
  scheduleShow,
  scheduleTake,
} from './schedule.ts'
import { serviceCreate, serviceDelete, serviceInsert, serviceRemove, serviceShow } from './service.ts'
import { setdriver } from './setdriver.ts'
import { tree } from './tree.ts'
import { undo } from './undo.ts'
import { vipAdd, vipRemove, vipShow } from './vip.ts'
import { whoami } from './whoami.ts'
import { why } from './why.ts'

export const COMMANDS: readonly Command[] = Object.freeze([
  find,
  count,
  info,
  locate,
  tree,
  ports,
  elevation,
  graph,
  explain,
  exportCommand,
  history,
  diff,
  impact,
  add,
  rename,
  swap,
  deleteCommand,
  setdriver,
  attrGet,
  attrSet,
  attrAdd,
  attrDel,
  connect,
  disconnect,
  insert,
  remove,
  poolCreate,
  poolDelete,
  poolShow,
  poolInsert,
  poolRemove,
  ipAllocate,
  ipReserve,
  ipRelease,
  ipBind,
  ipShow,
  networkShow,
  networkSetvlan,
  classCreate,
  classDelete,
  classShow,
  classInsert,
  classRemove,
  roleCreate,
  roleDelete,
  roleShow,
  roleInsert,
  roleRemove,
  roleRequire,
  roleUnrequire,
  serviceCreate,
  serviceDelete,
  serviceShow,
  serviceInsert,
  serviceRemove,
  vipAdd,
  vipRemove,
  vipShow,
  numberAllocate,
  numberRelease,
  numberShow,
  protect,
  unprotect,
  lock,
  unlock,
  freeze,
  freezeList,
  unfreeze,
  allocate,
  deallocate,
  powerStatus,
  powerOn,
  powerOff,
  powerCycle,
  consoleCommand,
  rebuild,
  importCommand,
  importTemplate,
  importDevicetype,
  driverList,
  driverShow,
  driverDelete,
  alias,
  aliasShared,
  aliasList,
  aliasRemove,
  schedule,
  scheduleList,
  scheduleShow,
  schedulePause,
  scheduleResume,
  scheduleTake,
  scheduleRemove,
  undo,
  jobs,
  job,
  jobMark,
  cancel,
  retry,
  pending,
  approve,
  confirm,
  deny,
  reviewList,
  reviewClose,
  audit,
  auditVerify,
  plan,
  grant,
  revoke,
  roles,
  operators,
  operatorsRename,
  link,
  linkRemove,
  ruleSet,
  ruleList,
  ruleRemove,
  help,
  whoami,
  why,
  doctor,
])

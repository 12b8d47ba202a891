"use strict";(()=>{
const table=document.getElementById("all");
if(!table)return;
const rows=[...table.tBodies[0].rows],texts=rows.map(row=>row.textContent.toLowerCase());
const search=document.getElementById("search"),count=document.getElementById("count");
const show=()=>{
  const words=search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown=0;
  rows.forEach((row,place)=>{const fits=words.every(word=>texts[place].includes(word));row.hidden=!fits;shown+=fits;});
  count.textContent=shown+" / "+rows.length;
};
search.addEventListener("input",show);
document.getElementById("controls").hidden=false;
show();
})();
